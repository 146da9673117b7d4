"""The flow language: text -> Document -> Graph, with every finding on the way. Reading runs nothing."""
