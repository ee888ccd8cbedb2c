"""What a vendor adapter is made of: messages, the exchange that plays them, and reading of what vendors send."""
