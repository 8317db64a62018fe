"""Language models behind one seam: a request in domain words, a checked reply or a named fault."""
