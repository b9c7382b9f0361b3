"""Asks the API server from a pod, as a driver reaches it: by its name, with the mounted token and authority.

    rights                    what the account may do, of the access reviews in $REVIEWS
    facts                     the same, and what the pod knows of itself and of the API
    status PATH WHO EXPECTED  the HTTP status of one GET as `account` or `anonymous`; repeated for up to ten seconds
                              until it is EXPECTED, because authorizers notice a new binding a moment later
"""

import base64
import datetime
import json
import os
import shutil
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request

API, AUTHORITY, TOKEN = (os.environ[name] for name in ("APISERVER", "CERT", "TOKEN"))


def read(path):
    with open(path) as file:
        return file.read()


def namespace():
    return read(os.path.join(os.path.dirname(TOKEN), "namespace"))


def ask(path, body=None, with_token=True):
    headers = {"Content-Type": "application/json"}
    if with_token:
        headers["Authorization"] = "Bearer " + read(TOKEN)
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(API + path, data, headers)
    context = ssl.create_default_context(cafile=AUTHORITY)
    try:
        with urllib.request.urlopen(request, context=context, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, {}


def is_allowed(review):
    status, answer = ask("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
    if "status" not in answer:
        raise RuntimeError(f"the API answered {status}")
    return answer["status"]["allowed"]


def stamp(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def token():
    part = read(TOKEN).split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return {"account": claims["sub"], "until": stamp(claims["exp"])}


def authority():
    cert = ssl.create_default_context(cafile=AUTHORITY).get_ca_certs()[0]
    subject = ", ".join(value for names in cert["subject"] for _, value in names)
    return {"subject": subject, "until": stamp(ssl.cert_time_to_seconds(cert["notAfter"]))}


FACTS = {
    "token": token,
    "authority": authority,
    "namespace": namespace,
    "address": lambda: socket.gethostbyname(API.split("//")[1].split(":")[0]),
    "version": lambda: ask("/version")[1]["gitVersion"],
    "anonymous": lambda: ask(f"/api/v1/namespaces/{namespace()}/pods", with_token=False)[0],
    "curl": lambda: shutil.which("curl") is not None,
}


def collect(facts):
    """All answers as one JSON document. After the first right that cannot be asked the others are not waited for."""
    answers = {"facts": {}, "allowed": {}, "troubles": []}

    def look(part, key, act):
        try:
            answers[part][key] = act()
        except Exception as trouble:
            answers["troubles"].append(f"{key}: {trouble}")

    for name, act in facts.items():
        look("facts", name, act)
    for key, review in json.loads(os.environ["REVIEWS"]).items():
        look("allowed", key, lambda: is_allowed(review))
        if key not in answers["allowed"]:
            break
    return answers


def await_status(path, who, expected):
    until = time.monotonic() + 10
    while True:
        status, _ = ask(path, with_token=who == "account")
        if status == int(expected) or time.monotonic() > until:
            return status
        time.sleep(0.5)


if sys.argv[1] == "status":
    print(await_status(*sys.argv[2:]))
else:
    print(json.dumps(collect(FACTS if sys.argv[1] == "facts" else {})))
