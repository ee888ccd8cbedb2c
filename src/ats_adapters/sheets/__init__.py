"""Gateways to the sheet in which people live."""
