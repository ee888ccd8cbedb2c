"""How results are shown: tables for people, plain objects for programs."""
