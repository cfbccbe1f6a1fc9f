"""What the procedure does with the screens and the sheet. No HTML, no HTTP, no SQL."""
