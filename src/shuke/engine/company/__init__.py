"""The company's profile: who may read and change it, and its logo."""
