"""Fuzzers of both decoders of messages: of calls, in a host, and of results, in a proxy."""
