"""What the classes of a jar call and name, by their constant pools: https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-4.html"""

import struct
import zipfile

# bytes behind the tag of a constant, by tag; 1 is text, and 5 and 6 take two places
SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}


def read(data):
    """The calls of a class as (class, method, descriptor), and its strings."""
    constants, at, place = {}, 10, 1
    while place < struct.unpack_from(">H", data, 8)[0]:
        tag = data[at]
        if tag == 1:
            size = 2 + struct.unpack_from(">H", data, at + 1)[0]
            constants[place] = data[at + 3 : at + 1 + size].decode("utf-8", "replace")
        else:
            size = SIZES[tag]
            if size in (2, 4):
                constants[place] = (tag, *struct.unpack_from(">%dH" % (size // 2), data, at + 1))
        at += 1 + size
        place += 2 if tag in (5, 6) else 1
    found = [one for one in constants.values() if isinstance(one, tuple)]
    calls = {
        (constants[constants[one[1]][1]], constants[constants[one[2]][1]], constants[constants[one[2]][2]])
        for one in found
        if one[0] in (10, 11)
    }
    return calls, {constants[one[1]] for one in found if one[0] == 8}


def read_jar(path):
    calls, strings = set(), set()
    with zipfile.ZipFile(path) as jar:
        for name in jar.namelist():
            if name.endswith(".class"):
                more = read(jar.read(name))
                calls |= more[0]
                strings |= more[1]
    return calls, strings
