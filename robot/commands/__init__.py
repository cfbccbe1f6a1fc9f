"""The commands of `serviweb-robot` and how a terminal shows what they tell. They decide nothing."""
