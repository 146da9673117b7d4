"""`agentry lsp`: what editors ask about flow files, over the Language Server Protocol."""
