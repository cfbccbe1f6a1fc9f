from tests.skins.tabla import write

if __name__ == "__main__":
    write()
