package swivel.cpu.x64;

import swivel.cpu.ir.Block;
import swivel.cpu.jit.Backend;
import swivel.cpu.jit.CodeMemory;
import swivel.cpu.jit.FlagFormat;
import swivel.cpu.jit.LookAhead;
import swivel.cpu.jit.Ram;
import swivel.cpu.jit.Translated;
import swivel.cpu.jit.Translation;

/** Machine code for x86-64. */
public class X64Backend implements Backend {
    private static final int CALL_REL32 = 0xe8;
    private static final int JMP_REL32 = 0xe9;
    private static final int MOV_EAX = 0xb8;
    private static final int REL32_BYTES = 4;
    /** Of the stub of a link: a call and two ints. */
    private static final int STUB_CALL_BYTES = 5;

    private final CodeMemory memory;
    private final Stubs stubs;
    private final Emitter emitter;
    private final long fingerprint;

    /** Makes code for a machine with one core. */
    public X64Backend(CodeMemory memory, Ram ram) {
        this(memory, ram, false);
    }

    /** Makes code for one of several cores of a machine, or for the only one, which needs no fences. */
    public X64Backend(CodeMemory memory, Ram ram, boolean severalCores) {
        this(memory, ram, severalCores, HostFeatures.detect());
    }

    /** Makes code for a host of which no more is used than this. */
    X64Backend(CodeMemory memory, Ram ram, boolean severalCores, HostFeatures host) {
        this.memory = memory;
        stubs = new Stubs(memory, ram);
        fingerprint =
                31L * (31L * (2L * host.bits() + (severalCores ? 1 : 0)) + ram.displacement()) + ram.format().shift;
        emitter = new Emitter(stubs, host, severalCores);
    }

    @Override
    public Translation translate(Block block, int id, long origin, LookAhead ahead) {
        return emitter.translate(block, id, origin, ahead);
    }

    @Override
    public void link(Translated source, int index, long target) {
        int at = index * Translation.LINK_INTS;
        patchDisplacement(source.host + source.links[at + Translation.JUMP], target);
    }

    @Override
    public boolean linkGuarded(Translated source, int index, long target, int entry) {
        long guard = source.host + source.links[index * Translation.LINK_INTS + Translation.GUARD];
        if (CodeMemory.read(guard) != Translation.NO_GUARD) {
            return false;
        }
        memory.patch(guard, entry);
        link(source, index, target);
        return true;
    }

    @Override
    public void leaveToJumpCache(Translated source, int index) {
        int at = index * Translation.LINK_INTS;
        long stub = source.host + source.links[at + Translation.STUB];
        memory.patch8(stub, MOV_EAX);
        memory.patch(stub + 1, source.links[at + Translation.PC]);
        memory.patch8(stub + STUB_CALL_BYTES, JMP_REL32);
        patchDisplacement(stub + STUB_CALL_BYTES + 1, stubs.indirect);
    }

    @Override
    public void unlink(Translated source, int index) {
        int at = index * Translation.LINK_INTS;
        long stub = source.host + source.links[at + Translation.STUB];
        memory.patch8(stub, CALL_REL32);
        patchDisplacement(stub + 1, stubs.link);
        memory.patch(stub + STUB_CALL_BYTES, source.id);
        memory.patch(stub + STUB_CALL_BYTES + 4, index);
        memory.patch(source.host + source.links[at + Translation.GUARD], Translation.NO_GUARD);
        link(source, index, stub);
    }

    private void patchDisplacement(long at, long target) {
        memory.patch(at, (int) (target - at - REL32_BYTES));
    }

    @Override
    public long enter() {
        return stubs.enter;
    }

    @Override
    public long returnMiss() {
        return stubs.returnMiss;
    }

    @Override
    public long fingerprint() {
        return fingerprint;
    }

    @Override
    public FlagFormat flagFormat() {
        return Flags.FORMAT;
    }
}
