"""Pure scoring: text, matching, score, reposts, and what a company's offers say together."""
