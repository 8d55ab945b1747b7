# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations for stories that need another one than the article's."""


def instance(name="vrrp_1", priority=200, vrid=51, vips=("192.0.2.1/24",), interface="eth0",
             state="BACKUP", password="SECUREUN", interval="1", more="", auth="PASS"):  # fmt: skip
    """One vrrp_instance block; `more` is put in as it stands."""
    secret = (
        f"    authentication {{\n"
        f"        auth_type {auth}\n"
        f"        auth_pass {password}\n"
        f"    }}\n"
    )
    addresses = "".join(f"        {vip}\n" for vip in vips)
    return (
        f"vrrp_instance {name} {{\n"
        f"    state {state}\n"
        f"    interface {interface}\n"
        f"    virtual_router_id {vrid}\n"
        f"    priority {priority}\n"
        f"    advert_int {interval}\n"
        f"{secret if password else ''}"
        f"{more}"
        f"    virtual_ipaddress {{\n{addresses}    }}\n"
        f"}}\n"
    )
