"""Pure Python rules that know neither Django nor HTTP."""
