"""Finding a company's board: what a page shows of one, where to look next, whose it is, what to keep. Pure."""
