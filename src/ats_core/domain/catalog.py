"""A keyword catalog: what to look for in an offer, and what it is worth. All numbers of the score live here."""
