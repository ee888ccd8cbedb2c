"""Lists of companies: where they stand, and how they are written."""
