"""Automation: rules of the kind “when … if … then …”, awakened by events, by the clock and by dates that come near."""
