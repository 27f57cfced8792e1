package swivel.cpu;

/** A translator whose code has the interpreter execute every instruction: all of the engine without an emitter. */
final class CallOutEmitter implements Translator {
    private final Stubs stubs;
    private final X64Assembler a = new X64Assembler();
    private final Translation translation = new Translation();

    CallOutEmitter(Stubs stubs) {
        this.stubs = stubs;
    }

    @Override
    public Translation translate(Block block, int id, long origin, Neighbours neighbours) {
        translation.reset();
        a.reset();
        int last = block.instruction.length - 1;
        for (int i = 0; i <= last; i++) {
            if (i > 0 && block.instruction[i] == block.instruction[i - 1]) {
                continue;
            }
            a.call32((int) (stubs.slow - origin - a.size() - 5));
            a.int32(id);
            a.int32(i);
            boolean ends = block.instruction[i] == block.instruction[last];
            a.int32(ends ? -1 : a.size() + 4);
        }
        int counted = a.size();
        translation.code = a.bytes();
        translation.length = counted;
        return translation;
    }
}
