"""The printed copies (step 12): what the document says, its pages on sheets with marks, and the way to paper. Knows no screen."""
