import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.io.FileOutputStream;
import java.net.InetAddress;

/**
 * Netty itself, with a pipeline of the shape of Logstash's tcp input: TLS, then a handler that takes what comes and leaves each end of a session to Netty.
 * Writes each whole line to FILE:  TcpInput.java PORT FILE [CERTIFICATE KEY]
 */
class TcpInput extends ChannelInboundHandlerAdapter {
    private final FileOutputStream file;
    private final java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();

    TcpInput(FileOutputStream file) { this.file = file; }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        ByteBuf piece = (ByteBuf) message;
        try {
            while (piece.isReadable()) {
                byte next = piece.readByte();
                line.write(next);
                if (next != '\n') continue;
                file.write(line.toByteArray());
                line.reset();
            }
        } finally {
            piece.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable why) { context.close(); }

    public static void main(String[] arguments) throws Exception {
        FileOutputStream file = new FileOutputStream(arguments[1], true);
        SslContext tls = arguments.length < 4 ? null
            : SslContextBuilder.forServer(new File(arguments[2]), new File(arguments[3])).protocols("TLSv1.2", "TLSv1.3").build();
        NioEventLoopGroup group = new NioEventLoopGroup(1);
        new ServerBootstrap().group(group).channel(NioServerSocketChannel.class).childHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                if (tls != null) channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                channel.pipeline().addLast(new TcpInput(file));
            }
        }).bind(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])).sync().channel().closeFuture().sync();
    }
}
