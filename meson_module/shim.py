"""Installed as mesonbuild/modules/symbuild.py, where import('symbuild') of a meson.build looks."""

from symbuild.doors.meson_hook import load

initialize = load().initialize
