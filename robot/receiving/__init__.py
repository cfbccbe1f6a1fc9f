"""Taking in what others have written down, a sheet of requests and a mailbox: what is kept before what, so all is done once."""
