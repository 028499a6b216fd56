"""Installed as SCons/Tool/symbuild.py, where Environment(tools=['symbuild']) looks."""

from symbuild.doors.SCons import exists, generate

__all__ = ["exists", "generate"]
