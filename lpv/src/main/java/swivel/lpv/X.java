package swivel.lpv;

final class X {}
