"""Many solicitudes from one file: handed in once each whatever interrupts it, and given back with what became of them."""
