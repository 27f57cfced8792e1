package swivel.cpu.jit;

import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.CodePage;
import swivel.cpu.pages.CodeSpace;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;

/**
 * The translations of a machine's code ({@link CodeSpace}) in the code memory, and the links between them. All cores
 * run them.
 *
 * <p>A link inside a page holds as long as its two ends, which are dropped together; where an address leads to another
 * page of RAM than the code that jumps there, because that is not mapped there any more, no link is made. A link to
 * another page is guarded by that page's execute entry, so that it serves every address space, and is undone when its
 * target is dropped.
 */
final class Translations {
    private final CodeSpace space;
    private final CodeMemory memory;
    final Backend backend;
    private final Ram ram;
    private final long afterStubs;

    /**
     * The most translations between two times that all are dropped: bounds {@link #table}, in which those of changed
     * code leave holes.
     */
    private static final int MAX_COUNT = 1 << 21;

    /** Told of each translation; null: nobody. */
    private Consumer<String> trace;

    private final LookAhead ahead;

    /** Those of former runs; null: none are kept. */
    private KeptTranslations kept;

    /**
     * Cores that leave emitted code look here without the machine's lock. They have run what is there, so it was stored
     * before: the host keeps the order of stores.
     */
    private Translated[] table = new Translated[1024];

    private int count;
    private long evictions;

    Translations(CodeSpace space, long codeBytes, Backend.Factory factory, Ram ram) {
        this.space = space;
        this.ram = ram;
        ahead = new LookAhead(space);
        memory = new CodeMemory(space.host, codeBytes);
        backend = factory.create(memory, ram);
        afterStubs = memory.next();
        space.watch(this::drop);
    }

    /**
     * This, for another core.
     *
     * @param itsRam {@link Frame#ram} of it, which is a part of the code
     * @throws IllegalStateException if it cannot run this
     */
    Translations shared(CodeSpace itsSpace, Ram itsRam) {
        if (itsSpace != space || !itsRam.equals(ram)) {
            throw new IllegalStateException("cores that share code need one memory that was made for several cores");
        }
        return this;
    }

    /** Has what is translated described, for people who work on an engine. */
    void setTrace(Consumer<String> newTrace) {
        trace = newTrace;
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
    Translated translate(CodeBlock block) {
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
        if (trace != null) {
            long address = space.memory().addressOf(block.page.number) + (block.pc & GuestMemory.PAGE_SIZE - 1);
            trace.accept(BlockTrace.of(block, space.memory(), address, translation, made.host));
        }
        memory.append(translation.code, translation.length);
        VarHandle.releaseFence(); // cores look without the lock
        block.translation = made;
        block.page.charge(made.bytes());
        return made;
    }

    private Translation emit(CodeBlock block) {
        ahead.begin(block);
        if (kept == null) {
            return backend.translate(block, count, memory.next(), ahead);
        }
        Translation found = kept.find(block, ahead, count, memory.used());
        if (found != null) {
            assert found.isSame(backend.translate(block, count, memory.next(), ahead)) : "another translation was kept";
            return found;
        }
        Translation made = backend.translate(block, count, memory.next(), ahead);
        kept.add(block, ahead, made, memory.used());
        return made;
    }

    /** Takes translations from a file where it has them, and puts those that are made into it at {@link #close}. */
    void keep(Path file, long version) {
        kept = new KeptTranslations(space.host, file, version, backend.fingerprint() * 31 + memory.used());
    }

    /** Translations that a former run had made. */
    long reused() {
        return kept == null ? 0 : kept.hits();
    }

    /** {@link swivel.cpu.Processor#rest}. */
    void rest() {
        if (kept != null) {
            kept.rest();
        }
    }

    /** No more are made. */
    void close() {
        if (kept != null) {
            kept.write();
        }
    }

    private void evict() {
        space.halt();
        evictions++;
        for (int i = 0; i < count; i++) {
            if (table[i] != null) {
                table[i].dead = true;
                table[i].block.translation = null;
                table[i].block.page.charge(-table[i].bytes());
            }
        }
        Arrays.fill(table, 0, count, null);
        count = 0;
        memory.truncate(afterStubs);
        for (PageMaps maps : space.spaces()) {
            EmittedSpace.of(maps).clear();
        }
    }

    private void drop(CodePage page) {
        for (CodeBlock first : page.blocks) {
            for (CodeBlock block = first; block != null; block = block.other) {
                Translated translated = (Translated) block.translation;
                if (translated != null) {
                    translated.dead = true;
                    table[translated.id] = null;
                    block.translation = null;
                    translated.dropIncoming(backend::unlink);
                }
            }
        }
    }

    /** Makes a link that was just taken lead to its target in an address space, if it can. */
    void link(Translated source, int index, Translated target, PageMaps maps) {
        boolean guarded = source.links[index * Translation.LINK_INTS + Translation.GUARD] >= 0;
        if (!guarded) {
            if (source.block.page == target.block.page) {
                backend.link(source, index, target.host);
            }
        } else if (backend.linkGuarded(source, index, target.host, PageMaps.entry(maps.executeMap, target.block.pc))) {
            target.addIncoming(source, index);
        } else { // it leads to another page in this space
            space.halt();
            backend.leaveToJumpCache(source, index);
        }
    }
}
