"""The five use-cases. Each takes its ports as constructor arguments and has `run_once()`."""
