"""The `atsp` command: configuration, composition and display. No business logic."""
