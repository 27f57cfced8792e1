package swivel.cpu;

import java.util.Arrays;
import swivel.memory.GuestMemory;

/**
 * The translations in the code memory, and the links between them.
 *
 * <p>A link inside a page holds as long as its two ends, which are dropped together. A link to another page is guarded by that page's
 * execute entry, so that it serves every address space, and is undone when its target is dropped.
 */
final class Translations {
    private static final int CALL_REL32 = 0xe8;
    private static final int JMP_REL32 = 0xe9;
    private static final int MOV_EAX = 0xb8;
    private static final int REL32_BYTES = 4;
    /** Of the stub of a link: a call and two ints. */
    private static final int STUB_CALL_BYTES = 5;

    private final CodeMemory memory;
    private final Stubs stubs;
    private final Translator translator;
    private final CodeCache cache;
    private final TableMemory spaces;
    private final long afterStubs;

    /** The most translations between two times that all are dropped: bounds {@link #table}, in which those of changed code leave holes. */
    private static final int MAX_COUNT = 1 << 21;

    private Translated[] table = new Translated[1024];
    private int count;
    private long evictions;

    Translations(CodeMemory memory, Stubs stubs, Translator translator, CodeCache cache, TableMemory spaces) {
        this.memory = memory;
        this.stubs = stubs;
        this.translator = translator;
        this.cache = cache;
        this.spaces = spaces;
        this.afterStubs = memory.next();
        cache.watch(this::drop);
    }

    /** The translation that emitted code names by a number. */
    Translated get(int id) {
        return table[id];
    }

    /** Times the code memory was full and everything was dropped. */
    long evictions() {
        return evictions;
    }

    /** The most bytes that machine code has taken. */
    long peakBytes() {
        return memory.peakBytes();
    }

    /** Translates a block that has no translation. When the code memory is full, all others are dropped. */
    Translated translate(Block block) {
        Translation translation = emit(block);
        if (!memory.hasRoom(translation.length) || count == MAX_COUNT) {
            evict();
            translation = emit(block);
        }
        int[] links = Arrays.copyOf(translation.links, translation.linkCount * Translation.LINK_INTS);
        if (count == table.length) {
            table = Arrays.copyOf(table, 2 * count);
        }
        Translated made = new Translated(block, count, memory.next(), links);
        table[count++] = made;
        memory.append(translation.code, translation.length);
        block.translated = made;
        block.page.charge(made.bytes());
        return made;
    }

    private Translation emit(Block block) {
        return translator.translate(block, count, memory.next(), new Translator.Neighbours() {
            @Override
            public Block at(int pc) {
                return (pc ^ block.pc) >>> GuestMemory.PAGE_SHIFT == 0 ? cache.neighbour(block, pc) : null;
            }

            @Override
            public int word(int pc) {
                return cache.word(block, pc);
            }
        });
    }

    private void evict() {
        evictions++;
        for (int i = 0; i < count; i++) {
            if (table[i] != null) {
                table[i].dead = true;
                table[i].block.translated = null;
                table[i].block.page.charge(-table[i].bytes());
            }
        }
        Arrays.fill(table, 0, count, null);
        count = 0;
        memory.truncate(afterStubs);
        for (AddressSpace space : spaces.spaces()) {
            space.emitted().clear();
        }
    }

    private void drop(CodePage page) {
        for (Block first : page.blocks) {
            for (Block block = first; block != null; block = block.other) {
                Translated translated = block.translated;
                if (translated != null) {
                    translated.dead = true;
                    table[translated.id] = null;
                    block.translated = null;
                    translated.dropIncoming(this::unlink);
                }
            }
        }
    }

    /** Makes a link that was just taken lead to its target in an address space, if it can. */
    void link(Translated source, int index, Translated target, AddressSpace space) {
        int at = index * Translation.LINK_INTS;
        int guard = source.links[at + Translation.GUARD];
        if (guard >= 0) {
            if (CodeMemory.read(source.host + guard) != Translation.NO_GUARD) {
                leaveToJumpCache(source, at);
                return;
            }
            memory.patch(source.host + guard, AddressSpace.entry(space.executeMap, target.block.pc));
            target.addIncoming(source, index);
        }
        patchDisplacement(source.host + source.links[at + Translation.JUMP], target.host);
    }

    /** A linked target is another page in this space: from now on the stub looks into the jump cache. */
    private void leaveToJumpCache(Translated source, int at) {
        long stub = source.host + source.links[at + Translation.STUB];
        memory.patch8(stub, MOV_EAX);
        memory.patch(stub + 1, source.links[at + Translation.PC]);
        memory.patch8(stub + STUB_CALL_BYTES, JMP_REL32);
        patchDisplacement(stub + STUB_CALL_BYTES + 1, stubs.indirect);
    }

    private void unlink(Translated source, int index) {
        int at = index * Translation.LINK_INTS;
        long stub = source.host + source.links[at + Translation.STUB];
        memory.patch8(stub, CALL_REL32);
        patchDisplacement(stub + 1, stubs.link);
        memory.patch(stub + STUB_CALL_BYTES, source.id);
        memory.patch(stub + STUB_CALL_BYTES + 4, index);
        memory.patch(source.host + source.links[at + Translation.GUARD], Translation.NO_GUARD);
        patchDisplacement(source.host + source.links[at + Translation.JUMP], stub);
    }

    private void patchDisplacement(long at, long target) {
        memory.patch(at, (int) (target - at - REL32_BYTES));
    }
}
