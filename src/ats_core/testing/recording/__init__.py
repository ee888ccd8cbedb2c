"""Recordings of what vendors answered: what is kept of them, how they are cleaned, shortened, replayed and compared."""
