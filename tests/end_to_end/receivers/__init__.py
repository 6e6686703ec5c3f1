"""Receivers of SIEM messages: rsyslog, syslog-ng and an HTTPS collector, each an ordinary process on loopback with a configuration of its own.

What a receiver keeps are the bytes as they came, one message a line: the oracle of the delivery tests."""
