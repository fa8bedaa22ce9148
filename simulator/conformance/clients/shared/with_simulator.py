"""Runs a command with two fresh simulators: one over TLS under its own authority, one over plain HTTP.

    with_simulator.py BINARY [--metadata FILE] COMMAND...

With --metadata the one over plain HTTP has the tables of that organisation.

The command finds their addresses and credentials in DATAVERSE_… and PLAIN_DATAVERSE_…, as `--print-env` names them,
and every usual runtime is told to trust the authority.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def start(binary, *arguments):
    """A running simulator and what it says of itself."""
    operations = str(Path(__file__).parent / "operations.toml")
    command = [binary, "--listen", "127.0.0.1:0", "--seed", "small", "--operations", operations, "--print-env", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    wanted = {"DATAVERSE_URL", "DATAVERSE_ADMIN_URL"} | ({"DATAVERSE_CA"} if "--tls" in arguments else set())
    environment = {}
    while not wanted <= environment.keys():
        line = process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(command)}: ended with {process.wait()} before it ran")
        name, _, value = line.rstrip("\n").partition("=")
        environment[name] = value
    return process, environment


def main():
    binary, *command = sys.argv[1:]
    imported = command[:2] if command[0] == "--metadata" else []
    command = command[len(imported) :]
    with tempfile.TemporaryDirectory(prefix="dataverse-sim-") as folder:
        authority = str(Path(folder) / "authority.pem")
        tls, environment = start(binary, "--tls", "--ca", authority)
        plain, plain_environment = start(binary, "--plain", *imported)
        environment |= {f"PLAIN_{name}": value for name, value in plain_environment.items()}
        for trust in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
            environment[trust] = authority
        shared = str(Path(__file__).parent)
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [shared, os.environ.get("PYTHONPATH")]))
        try:
            code = subprocess.run(command, env=os.environ | environment).returncode
            ended = [name for name, sim in (("TLS", tls), ("plain", plain)) if sim.poll() is not None]
            if ended:
                print(f"the simulator ended before the client did: {', '.join(ended)}")
                code = code or 1
        finally:
            for sim in (tls, plain):
                sim.terminate()
                sim.wait()
    sys.exit(code)


if __name__ == "__main__":
    main()
