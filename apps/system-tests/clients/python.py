"""Drives one public PyPI client as its users do.

Reads ``{client, url, appKey, secret, calls}`` from standard input and prints what became of each call
in the client's own terms: ``{answer}`` where it returns, ``{error}`` where it raises its own error.
"""

import json
import sys
from urllib.parse import urlsplit


def official(access):
    """``taobao-openapi``: the official SDK; a class per method, or one written like them."""
    import top
    import top.api

    where = urlsplit(access["url"])

    def request_of(method):
        name = "".join(part.capitalize() for part in method.split(".")[1:]) + "Request"
        known = getattr(top.api, name, None)
        if known is not None:
            return known(where.hostname, where.port)
        written = type(name, (top.api.base.RestApi,), {"getapiname": lambda self: method})
        return written(where.hostname, where.port)

    def call(one):
        request = request_of(one["method"])
        request.set_app_info(top.appinfo(access["appKey"], access["secret"]))
        for name, value in one["params"].items():
            setattr(request, name, value)
        try:
            return {"answer": request.getResponse()}
        except top.api.base.TopException as error:
            return failure(error.errorcode, error.subcode, error.submsg or error.message)

    return call


def taobaopy(access):
    """``taobaopy``: the method's name is an attribute of the client."""
    from taobaopy.taobao import TaoBaoAPIClient, TaoBaoAPIError

    where = urlsplit(access["url"])
    client = TaoBaoAPIClient(
        access["appKey"], access["secret"], "%s://%s" % (where.scheme, where.netloc)
    )

    def call(one):
        name = one["method"].split(".", 1)[1].replace(".", "_")
        try:
            return {"answer": getattr(client, name)(**one["params"])}
        except TaoBaoAPIError as error:
            return failure(error.code, error.sub_code, error.sub_msg or error.msg)

    return call


def failure(code, sub_code, message):
    return {"error": {"code": code, "subCode": sub_code, "message": message}}


CLIENTS = {"taobao-openapi": official, "taobaopy": taobaopy}


def main():
    access = json.load(sys.stdin)
    call = CLIENTS[access["client"]](access)
    json.dump([call(one) for one in access["calls"]], sys.stdout)


main()
