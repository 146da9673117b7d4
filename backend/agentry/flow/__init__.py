"""The flow language: text -> Document -> Graph, with every finding. Reading runs nothing."""
