"""Pure discovery: what a page shows of an ATS, and whose board it is."""
