package swivel.machine;

final class X {}
