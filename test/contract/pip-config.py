"""What pip itself makes of files and variables: one line of JSON in, one line out. Run by pip-real.test.ts."""

import contextlib
import io
import json
import os
import sys

from pip._internal.commands import create_command

for line in sys.stdin:
    case = json.loads(line)
    os.environ.clear()
    os.environ.update(case["env"])
    sys.prefix = case["env"].get("VIRTUAL_ENV", "/nowhere")
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            found = create_command("install").parser.get_default_values()
    except SystemExit:
        print(json.dumps(None))
        continue
    urls = [found.index_url, *found.extra_index_urls]
    answer = {
        "indexUrls": [] if found.no_index else [url.rstrip("/") for url in urls],
        "findLinks": found.find_links,
        "trustedHosts": found.trusted_hosts,
        "proxy": found.proxy or None,
        "caFile": found.cert,
        "clientCertFile": found.client_cert,
    }
    print(json.dumps(answer))
