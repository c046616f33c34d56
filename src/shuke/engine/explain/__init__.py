"""Why somebody can or cannot see or do something: the engine's own rules, asked one by one."""
