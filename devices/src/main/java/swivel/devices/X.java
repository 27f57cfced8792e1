package swivel.devices;

final class X {}
