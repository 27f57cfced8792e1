package swivel.devices.p9;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The guest's side of 9P2000.L, message by message; and each field as one likes, to be wrong. */
final class P9Client {
    static final int NO_FID = -1;
    static final int ROOT = 0;

    private final P9Server server;
    private final byte[] request = new byte[P9Server.MAX_MESSAGE];
    private final byte[] answer = new byte[P9Server.MAX_MESSAGE];
    private final Message out = new Message();
    private final Message in = new Message();
    private int length;

    P9Client(P9Server server) {
        this.server = server;
    }

    /** What is sent as an answer was refused with an error number. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        final int error;

        Refused(int error) {
            super("error " + error);
            this.error = error;
        }
    }

    /** A qid. */
    record Qid(int type, int version, long path) {}

    /** Sends a message; returns the answer, in front of its fields. */
    Message send(int type, UnaryOperator<Message> fields) {
        out.begin(request, request.length);
        out.moveTo(Message.HEADER);
        int size = fields.apply(out).end(type, 1);
        length = server.serve(request, size, answer, answer.length);
        in.begin(answer, length);
        assertEquals(length, in.u32(), "the answer's length");
        int answered = in.u8();
        assertEquals(1, in.u16(), "the tag");
        if (answered == MessageType.RLERROR) {
            throw new Refused(in.u32());
        }
        assertEquals(type + 1, answered, "the type of the answer");
        return in;
    }

    Message send(MessageType type, UnaryOperator<Message> fields) {
        return send(type.answer() - 1, fields);
    }

    /** The error number of what is refused; 0 if it is not. */
    static int error(Runnable message) {
        try {
            message.run();
            return 0;
        } catch (Refused e) {
            return e.error;
        }
    }

    /** Whatever bytes; the answer's type. */
    int raw(byte[] bytes, int size, int room) {
        System.arraycopy(bytes, 0, request, 0, size);
        length = server.serve(request, size, answer, room);
        in.begin(answer, length);
        assertEquals(length, in.u32(), "the answer's length");
        return in.u8();
    }

    byte[] lastAnswer() {
        return java.util.Arrays.copyOf(answer, length);
    }

    private static Qid qid(Message from) {
        return new Qid(from.u8(), from.u32(), from.u64());
    }

    /** Agrees on a version and attaches to the root. */
    P9Client attach() {
        Message agreed = send(MessageType.VERSION, m -> m.u32(1 << 17).string("9P2000.L"));
        assertEquals(1 << 17, agreed.u32());
        assertEquals("9P2000.L", agreed.string());
        send(
                MessageType.ATTACH,
                m -> m.u32(ROOT).u32(NO_FID).string("root").string("").u32(0));
        return this;
    }

    /** Returns how many steps were taken. */
    int walk(int fid, int newFid, String... names) {
        return send(MessageType.WALK, m -> {
                    m.u32(fid).u32(newFid).u16(names.length);
                    for (String name : names) {
                        m.string(name);
                    }
                    return m;
                })
                .u16();
    }

    Qid qidOf(int fid) {
        Message answered = send(MessageType.GETATTR, m -> m.u32(fid).u64(0x7ff));
        assertEquals(0x7ff, answered.u64());
        return qid(answered);
    }

    /** Mode and size. */
    long[] modeAndSize(int fid) {
        Message answered = send(MessageType.GETATTR, m -> m.u32(fid).u64(0x7ff));
        answered.moveTo(Message.HEADER + 8 + Message.QID);
        int mode = answered.u32();
        answered.moveTo(answered.position() + 4 + 4 + 8 + 8);
        return new long[] {mode, answered.u64()};
    }

    void open(int fid, int flags) {
        send(MessageType.LOPEN, m -> m.u32(fid).u32(flags));
    }

    void create(int fid, String name, int flags, int mode) {
        send(
                MessageType.LCREATE,
                m -> m.u32(fid).string(name).u32(flags).u32(mode).u32(0));
    }

    String read(int fid, long offset, int count) {
        Message answered = send(MessageType.READ, m -> m.u32(fid).u64(offset).u32(count));
        int bytes = answered.u32();
        return new String(answer, answered.position(), bytes, StandardCharsets.ISO_8859_1);
    }

    int write(int fid, long offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return send(
                        MessageType.WRITE,
                        m -> m.u32(fid).u64(offset).u32(bytes.length).bytes(bytes, 0, bytes.length))
                .u32();
    }

    /** Entries from an offset on, with their offsets, in one message. */
    Map<String, Long> readDirectory(int fid, long offset, int count) {
        Message answered = send(MessageType.READDIR, m -> m.u32(fid).u64(offset).u32(count));
        int end = answered.u32();
        end += answered.position();
        Map<String, Long> entries = new LinkedHashMap<>();
        while (answered.position() < end) {
            qid(answered);
            long next = answered.u64();
            answered.u8();
            entries.put(answered.string(), next);
        }
        return entries;
    }

    void mkdir(int fid, String name, int mode) {
        send(MessageType.MKDIR, m -> m.u32(fid).string(name).u32(mode).u32(0));
    }

    void symlink(int fid, String name, String target) {
        send(MessageType.SYMLINK, m -> m.u32(fid).string(name).string(target).u32(0));
    }

    String readlink(int fid) {
        return send(MessageType.READLINK, m -> m.u32(fid)).string();
    }

    void mknod(int fid, String name, int mode) {
        send(
                MessageType.MKNOD,
                m -> m.u32(fid).string(name).u32(mode).u32(1).u32(3).u32(0));
    }

    void link(int directory, int fid, String name) {
        send(MessageType.LINK, m -> m.u32(directory).u32(fid).string(name));
    }

    void renameAt(int from, String name, int to, String newName) {
        send(MessageType.RENAMEAT, m -> m.u32(from).string(name).u32(to).string(newName));
    }

    void unlinkAt(int fid, String name, int flags) {
        send(MessageType.UNLINKAT, m -> m.u32(fid).string(name).u32(flags));
    }

    void setAttributes(int fid, int what, int mode, int uid, int gid, long size, long time) {
        send(
                MessageType.SETATTR,
                m -> m.u32(fid)
                        .u32(what)
                        .u32(mode)
                        .u32(uid)
                        .u32(gid)
                        .u64(size)
                        .u64(time)
                        .u64(5)
                        .u64(time)
                        .u64(7));
    }

    void clunk(int fid) {
        send(MessageType.CLUNK, m -> m.u32(fid));
    }

    long attribute(int fid, int newFid, String name) {
        return send(MessageType.XATTRWALK, m -> m.u32(fid).u32(newFid).string(name))
                .u64();
    }

    void newAttribute(int fid, String name, long size) {
        send(MessageType.XATTRCREATE, m -> m.u32(fid).string(name).u64(size).u32(0));
    }
}
