"""Lets pip choose and unpack packages for the Python of an image, on a machine with another Python or system.

Called as `python3 resolve.py PIP_WHEEL` with a request in JSON on stdin. pip reads its own settings: indexes, proxies,
certificates and passwords are those of the user. pip's --python-version does not change the environment that markers such as
`; python_version < "3.12"` are compared with (pypa/pip#11664), so that is replaced here.
"""

import json
import os
import re
import sys
import tempfile
import zipfile
from pathlib import Path

wheel = sys.argv[1]
sys.path.insert(0, wheel)

from pip._internal.cli import cmdoptions  # noqa: E402
from pip._internal.cli.main import main  # noqa: E402
from pip._internal.req import req_file  # noqa: E402
import pip._internal.cli.req_command as req_command  # noqa: E402
from pip._internal.models.target_python import TargetPython  # noqa: E402
from pip._vendor.packaging import markers  # noqa: E402
from pip._vendor.packaging.tags import parse_tag  # noqa: E402
from pip._vendor.packaging.requirements import InvalidRequirement, Requirement  # noqa: E402

request = json.load(sys.stdin)
python, machine, system, spark = (request[key] for key in ("python", "machine", "system", "spark"))
provided = {"pyspark", "pyspark-client", "pyspark-connect", "py4j"}


def environment():
    names = {"linux": ("linux", "Linux"), "darwin": ("darwin", "Darwin")}[system]
    return {
        **original(),
        "implementation_name": "cpython",
        "implementation_version": python,
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": names[1],
        "platform_version": "",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": names[0],
    }


original = markers.default_environment
dropped = []


def without_spark(*args, **kwargs):
    """What a requirements file asks for, but for Spark itself."""
    for parsed in req_file.parse_requirements(*args, **kwargs):
        try:
            name = Requirement(re.split(r"\s+--", parsed.requirement)[0]).name
        except InvalidRequirement:
            name = ""
        if parsed.constraint or re.sub(r"[-_.]+", "-", name).lower() not in provided:
            yield parsed
        elif parsed.requirement not in dropped:
            dropped.append(parsed.requirement)


def write_stand_in(folder):
    """A wheel without content, for packages that depend on pyspark: the image has it."""
    with zipfile.ZipFile(f"{folder}/pyspark-{spark}-py3-none-any.whl", "w") as archive:
        info = f"pyspark-{spark}.dist-info"
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: pyspark\nVersion: {spark}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


def platforms():
    if system != "linux":
        return []
    # the image's glibc is 2.36
    manylinux = [f"manylinux_2_{minor}_{machine}" for minor in range(36, 4, -1)]
    return [*manylinux, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"linux_{machine}"]


def read_projects(folder):
    """The dependencies of each pyproject.toml as a requirements file."""
    try:
        import tomllib
    except ImportError:
        from pip._vendor import tomli as tomllib
    for number, path in enumerate(request["projects"]):
        with open(path, "rb") as file:
            dependencies = tomllib.load(file).get("project", {}).get("dependencies", [])
        made = os.path.join(folder, f"project-{number}.txt")
        with open(made, "w", encoding="utf-8") as file:
            file.write("\n".join(dependencies))
        yield made


version = tuple(int(part) for part in python.split("."))
allowed = TargetPython(platforms() or None, version, implementation="cp").get_unsorted_tags()

with tempfile.TemporaryDirectory() as folder:
    write_stand_in(folder)
    with open(os.path.join(folder, "constraints.txt"), "w", encoding="utf-8") as file:
        file.write(f"pyspark=={spark}")
    markers.default_environment = environment
    # pip refuses to build from source for another platform; what comes of it is looked at below
    cmdoptions.check_dist_restriction = lambda *args, **kwargs: None
    req_command.parse_requirements = without_spark
    words = ["install", "--target", request["target"], "--no-compile", "--no-input", "--prefer-binary"]
    words += ["--disable-pip-version-check", "--root-user-action=ignore", "--no-warn-conflicts", "--progress-bar=off"]
    words += ["--python-version", python, "--implementation", "cp", "--find-links", folder, "-c", file.name]
    words += [word for platform in platforms() for word in ("--platform", platform)]
    named = os.path.join(folder, "named.txt")
    with open(named, "w", encoding="utf-8") as file:
        file.write("\n".join(request["named"]))
    for path in [named, *request["files"], *read_projects(folder)]:
        words += ["-r", path]
    code = main(words)

for path in [] if code else Path(request["target"]).glob("*.dist-info/WHEEL"):
    tags = {tag for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("Tag: ") for tag in parse_tag(line[5:])}
    if tags.isdisjoint(allowed):
        print(f"built here: {path.parent.name.split('.dist-info')[0]}", file=sys.stderr)
        code = 1
for requirement in dropped:
    print(f"dropped {requirement}", file=sys.stderr)
sys.exit(code)
