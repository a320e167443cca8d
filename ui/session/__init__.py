"""What a session holds: the child in the form, the address, the language, the model in use."""
