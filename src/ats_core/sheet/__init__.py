"""Pure sheet logic: columns, projection, what to write, and what a person's cells mean."""
