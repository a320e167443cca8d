"""Tables that come from outside: read, their columns and codes understood, their rows checked."""
