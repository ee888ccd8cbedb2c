"""Everything that opens a connection to the outside, the sheet's excepted: guarded, limited, polite, bounded."""
