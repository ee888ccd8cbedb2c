"""Everything that touches the world, one folder a kind. Adapters depend on the core, never the other way."""
