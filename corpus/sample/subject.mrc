<!-- The subject index; everything else is as in fusion.mrc. -->
<Main>
<IdxFName>
subject.html
</IdxFName>
<SubSort>
<Title>
$MONTH$ Archives by subject
</Title>
<ListBegin>
<p><a href="thread.html">[ Thread ]</a> <a href="author.html">[ Author ]</a> <a href="date.html">[ Date ]</a></p>
<hr>
<ul>
</ListBegin>
